/* What a reader may quote gets a button that copies it, with the address of the page in full. */
"use strict";

for (const quote of navigator.clipboard ? document.querySelectorAll(".quote-this") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const words = quote.querySelector("span").cloneNode(true);
    for (const link of words.querySelectorAll("a")) link.textContent = new URL(link.getAttribute("href"), location.href).href;
    await navigator.clipboard.writeText(words.textContent);
    button.textContent = "Copied";
  });
  quote.append(button);
}

"""The press: what runs notebooks. It knows nothing of trade."""

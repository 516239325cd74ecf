"""Pictures of the network and files for other tools: what is shown (scene), and how it is written (svg, png, html, exports)."""

"""Reports as one HTML file each: no outside script, font or image; readable without JavaScript."""

// Keys: an element with data-key="n" is clicked, or gets the focus when it is a field, by that key outside of fields.
document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!element || element.closest("[hidden], dialog:not([open])")) return;
    event.preventDefault();
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
});

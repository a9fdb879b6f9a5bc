// A button that opens a dialog of the page (data-open="ID") or prints it (data-print).
document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-open], [data-print]");
    if (button?.dataset.open) document.getElementById(button.dataset.open)?.showModal?.();
    else if (button) print();
});

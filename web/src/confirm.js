// A form with data-confirm asks its question in a dialog of the page (<dialog id>), with the focus on what is safe.
document.addEventListener("submit", (event) => {
    const form = event.target;
    const id = form.dataset?.confirm;
    if (!id || form.dataset.confirmed) return;
    const dialog = document.getElementById(id);
    if (!dialog?.showModal) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    dialog.returnValue = "";
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
    dialog.addEventListener(
        "close",
        () => {
            if (dialog.returnValue !== "yes") return;
            form.dataset.confirmed = "yes";
            form.requestSubmit(event.submitter ?? undefined);
            delete form.dataset.confirmed;
        },
        { once: true },
    );
}, true);

// A field that leaves in a list what holds its words, and the fields that belong to a choice.

/** Makes the fields with data-filters work. */
export function filters(form) {
    for (const field of form.querySelectorAll("[data-filters]")) {
        const items = [...document.getElementById(field.dataset.filters).children];
        field.addEventListener("input", (event) => {
            // A search is not a part of the draft.
            event.stopPropagation();
            const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
            for (const item of items) {
                const text = item.textContent.toLocaleLowerCase();
                item.hidden = !words.every((word) => text.includes(word));
            }
        });
        field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    }
}

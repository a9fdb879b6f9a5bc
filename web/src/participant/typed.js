/** Whether somebody is filling something in on this page: it is not to be lost. */
export const isTyped = () => [...document.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.files?.length || field.value !== field.defaultValue);

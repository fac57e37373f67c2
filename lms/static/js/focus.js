// Feedback and error summaries are read out and reached first.
document.querySelector("[data-focus]")?.focus();

// What is wrong, or what we say to an answer, is reached and read out first.
document.querySelector("[data-focus]")?.focus();

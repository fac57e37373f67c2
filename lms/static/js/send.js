// A form that only takes an answer on to a learning system goes by itself; without scripts there is its button.
document.querySelector("form[data-send]")?.requestSubmit();

// The field app's door.
document.title = "Walkround";

export {};

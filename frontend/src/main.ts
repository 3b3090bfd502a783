// Every page: the styles, clocks, keys, copy buttons. All of it adds to pages that work without it.
import "./css/main.css";
import { startClocks } from "./clock";
import { startCopying } from "./copying";
import { keepTokensFresh } from "./csrf";
import { startKeys } from "./keys";
import { guardFiles } from "./files";
import { guardForms } from "./forms";
import { keepForms } from "./keeping";
import { localiseMoments } from "./moments";
import { makeScrollable } from "./scrolling";

startClocks();
localiseMoments(document);
startCopying(document);
startKeys();
keepTokensFresh();
guardForms();
guardFiles();
keepForms();
makeScrollable(document);

document.addEventListener("htmx:afterSwap", () => {
  startCopying(document);
  localiseMoments(document);
  makeScrollable(document);
});

(function () {
  "use strict";
  var box = document.getElementById("find"), field = document.getElementById("q");
  var told = document.getElementById("told"), list = document.getElementById("hits");
  var fold = function (text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); };
  var flat = function (one) { return one.textContent.replace(/\s+/g, " ").trim(); };
  /* A line is what one reads at once: a heading, a paragraph, an item, a row. It knows the heading above it. */
  var lines = function (section) {
    var above = "";
    return Array.prototype.filter.call(section.querySelectorAll("h2, h3, h4, h5, h6, p, pre, li, tr"), function (one) {
      return !one.querySelector("p, pre");
    }).map(function (one) {
      var heading = /^H[2-6]$/.test(one.tagName), text = heading ? flat(one) : Array.prototype.map.call(one.children.length && one.tagName === "TR" ? one.children : [one], flat).filter(Boolean).join(" · ");
      if (heading) { above = text; }
      return { at: one, above: heading ? "" : above, text: text, folded: fold(text) };
    });
  };
  var pieces = Array.prototype.map.call(document.querySelectorAll("[data-piece]"), function (one) {
    return { at: one, title: one.getAttribute("data-piece"), lines: lines(one), folded: fold(flat(one)) };
  });
  var best = function (piece, words) {
    /* The line with most of the words; of equal ones the first. */
    var most = 0, chosen = null;
    piece.lines.forEach(function (line) {
      var count = words.filter(function (word) { return line.folded.includes(word); }).length;
      if (count > most) { most = count; chosen = line; }
    });
    return chosen;
  };
  var around = function (line, words) {
    /* Folding may shorten a text by an accent or two: the place is near enough for a glimpse. */
    var word = words.find(function (one) { return line.folded.includes(one); });
    var place = line.folded.indexOf(word), from = Math.max(0, place - 50), to = place + word.length + 90;
    var glimpse = document.createElement("span"), mark = document.createElement("mark");
    mark.textContent = line.text.slice(place, place + word.length);
    glimpse.append((from ? "… " : "") + line.text.slice(from, place), mark, line.text.slice(place + word.length, to) + (to < line.text.length ? " …" : ""));
    return glimpse;
  };
  var found = [];
  var show = function (event) {
    /* The list goes, for it would lie over what was found; the words stay, and a key brings it back. */
    var line = found[event.currentTarget.dataset.place];
    document.querySelectorAll(".hit").forEach(function (one) { one.classList.remove("hit"); });
    list.replaceChildren();
    if (line) {
      event.preventDefault();
      line.at.classList.add("hit"); line.at.tabIndex = -1; line.at.focus({ preventScroll: true });
      line.at.scrollIntoView({ block: "center" });
    }
  };
  var search = function () {
    var words = fold(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    if (!words.length) { told.textContent = ""; return; }
    var these = pieces.filter(function (piece) { return words.every(function (word) { return piece.folded.includes(word); }); });
    told.textContent = these.length ? box.dataset.found.replace("#", these.length) : box.dataset.none;
    found = these.map(function (piece) { return best(piece, words); });
    these.forEach(function (piece, place) {
      var item = document.createElement("li"), link = document.createElement("a"), glimpse = document.createElement("div"), line = found[place];
      link.href = "#" + piece.at.id; link.textContent = line && line.above && line.above !== piece.title ? piece.title + " › " + line.above : piece.title;
      link.dataset.place = place; link.addEventListener("click", show);
      glimpse.className = "meta";
      if (line) { glimpse.append(around(line, words)); }
      item.append(link, glimpse); list.append(item);
    });
  };
  box.hidden = false;
  field.addEventListener("input", search);
  field.addEventListener("keydown", function (event) { if (event.key === "Enter" || event.key === "ArrowDown") { if (!list.children.length) { search(); } } });
  field.addEventListener("click", function () { if (!list.children.length) { search(); } });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
  });
}());

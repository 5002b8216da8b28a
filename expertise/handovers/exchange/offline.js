(function () {
  "use strict";
  var box = document.getElementById("find"), field = document.getElementById("q");
  var told = document.getElementById("told"), list = document.getElementById("hits");
  var fold = function (text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); };
  var pieces = Array.prototype.map.call(document.querySelectorAll("[data-piece]"), function (one) {
    return { at: one, title: one.getAttribute("data-piece"), text: one.textContent.replace(/\s+/g, " "), folded: fold(one.textContent.replace(/\s+/g, " ")) };
  });
  var around = function (piece, word) {
    /* Folding may shorten a text by an accent or two: the place is near enough for a glimpse. */
    var place = piece.folded.indexOf(word), from = Math.max(0, place - 50);
    var glimpse = document.createElement("span"), mark = document.createElement("mark");
    mark.textContent = piece.text.slice(place, place + word.length);
    glimpse.append((from ? "… " : "") + piece.text.slice(from, place), mark, piece.text.slice(place + word.length, place + word.length + 90) + " …");
    return glimpse;
  };
  var search = function () {
    var words = fold(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    if (!words.length) { told.textContent = ""; return; }
    var found = pieces.filter(function (piece) { return words.every(function (word) { return piece.folded.includes(word); }); });
    told.textContent = found.length ? box.dataset.found.replace("#", found.length) : box.dataset.none;
    found.forEach(function (piece) {
      var item = document.createElement("li"), link = document.createElement("a"), glimpse = document.createElement("div");
      link.href = "#" + piece.at.id; link.textContent = piece.title;
      glimpse.className = "meta"; glimpse.append(around(piece, words[0]));
      item.append(link, glimpse); list.append(item);
    });
  };
  box.hidden = false;
  field.addEventListener("input", search);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
  });
}());

(function () {
  "use strict";
  var form = document.querySelector(".filter");
  if (!form) { return; }
  var show = document.getElementById("show"), find = document.getElementById("find");
  var count = document.getElementById("count");
  var rows = Array.prototype.slice.call(document.querySelectorAll("details.q")).map(function (node) {
    return { node: node, tags: node.dataset.tags.split(" "), text: node.querySelector("summary").textContent.toLowerCase() };
  });
  function apply() {
    var wanted = show.value, words = find.value.toLowerCase().split(/\s+/), shown = 0;
    rows.forEach(function (row) {
      var fits = (!wanted || (wanted === "any" ? row.tags[0] !== "" : row.tags.indexOf(wanted) >= 0)) &&
        words.every(function (word) { return row.text.indexOf(word) >= 0; });
      row.node.hidden = !fits;
      if (fits) { shown += 1; }
    });
    count.textContent = shown + " shown";
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  show.addEventListener("change", apply);
  find.addEventListener("input", apply);
  document.getElementById("open").addEventListener("click", function () {
    var close = rows.some(function (row) { return !row.node.hidden && row.node.open; });
    rows.forEach(function (row) { if (!row.node.hidden) { row.node.open = !close; } });
    this.textContent = close ? "Open all shown" : "Close all shown";
  });
  apply();
}());

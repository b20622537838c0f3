import { add, price, total, type Line } from "./basket";

const MENU = [
  { item: "Coffee", price: 1500 },
  { item: "Brochette", price: 3500 },
  { item: "Juice", price: 2000 },
];

let lines: Line[] = [];
const menu = document.querySelector("#menu");
const sum = document.querySelector("#total");
const state = document.querySelector("#state");

for (const entry of MENU) {
  const button = document.createElement("button");
  button.textContent = `${entry.item}, ${price(entry.price, "RWF")}`;
  button.addEventListener("click", () => {
    lines = add(lines, entry.item, entry.price);
    if (sum) sum.textContent = price(total(lines), "RWF");
  });
  const row = document.createElement("li");
  row.append(button);
  menu?.append(row);
}

document.querySelector("#order")?.addEventListener("click", () => {
  if (state) state.textContent = lines.length === 0 ? "Choose something first." : "Thank you. Your order is on its way.";
});

document.documentElement.dataset.release = import.meta.env.VITE_RELEASE ?? "dev";

// What the customer's card says, in Simplified and Traditional Chinese and English. A missing word is a type error.

import { scriptOf } from "./strings.js";

const zh = {
  title: "顾客卡",
  vip: "VIP",
  vipOn: "设为 VIP",
  vipOff: "取消 VIP",
  tags: "标签",
  noTags: "还没有标签。",
  addTag: "加标签",
  add: "加",
  removeTag: "去掉标签 {tag}",
  tagged: "已加标签：{tag}",
  untagged: "已去掉标签：{tag}",
  vipSet: "已设为 VIP",
  vipUnset: "已取消 VIP",
  notes: "同事备注",
  noteHint: "记下只有同事看得见的话，例如：只要顺丰",
  keep: "记下",
  noted: "已记下",
  unnoted: "已删除备注",
  removeNote: "删除这条备注",
};

/** @typedef {typeof zh} CardWords */

/** @type {CardWords} */
const zhHant = {
  title: "顧客卡",
  vip: "VIP",
  vipOn: "設為 VIP",
  vipOff: "取消 VIP",
  tags: "標籤",
  noTags: "還沒有標籤。",
  addTag: "加標籤",
  add: "加",
  removeTag: "去掉標籤 {tag}",
  tagged: "已加標籤：{tag}",
  untagged: "已去掉標籤：{tag}",
  vipSet: "已設為 VIP",
  vipUnset: "已取消 VIP",
  notes: "同事備註",
  noteHint: "記下只有同事看得見的話，例如：只要順豐",
  keep: "記下",
  noted: "已記下",
  unnoted: "已刪除備註",
  removeNote: "刪除這條備註",
};

/** @type {CardWords} */
const en = {
  title: "Customer card",
  vip: "VIP",
  vipOn: "Make a VIP",
  vipOff: "No VIP any more",
  tags: "Tags",
  noTags: "No tags yet.",
  addTag: "Add a tag",
  add: "Add",
  removeTag: "Remove the tag {tag}",
  tagged: "Tagged: {tag}",
  untagged: "Tag removed: {tag}",
  vipSet: "Is a VIP now",
  vipUnset: "Is no VIP any more",
  notes: "Notes of colleagues",
  noteHint: "Write down what only colleagues see, such as: wants SF Express only",
  keep: "Keep",
  noted: "Kept",
  unnoted: "Note deleted",
  removeNote: "Delete this note",
};

/** @param {string} lang @returns {CardWords} */
export function cardWords(lang) {
  return { zh, "zh-Hant": zhHant, en }[scriptOf(lang)];
}

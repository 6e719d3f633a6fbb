// What the list of publications says, in Simplified and Traditional Chinese and English. A missing word is a type error.

import { scriptOf } from "./strings.js";

const zh = {
  title: "上线记录",
  hint: "每次换上新话术记一条：谁、什么时候、改了什么。可以回到以前的任何一条：之后在工作台上改的都撤回；直接改的文件不动，会说明。",
  none: "还没有记录。",
  live: "正在用",
  byFiles: "直接改的文件",
  atStart: "服务器没开的时候改的，改了什么没有记下来",
  first: "开始",
  unknownFiles: "改了通用文件或没有记下来",
  counts: "{name}：−{removed} 行，+{added} 行",
  back: "回到这一版",
  backTo: "回到这一版：{at}",
  nothing: "在那以后没有在工作台上改过。",
  would: "会撤回：",
  again: "重做",
  left: "撤不回，留着不动：这些文件后来有人直接改过。请看过文件再手工改。",
  sure: "确定回到这一版",
  leave: "不要",
  busy: "正在检查和试答…",
  done: "已回到这一版，马上这样答。",
  donePart: "能撤回的都撤回了；下面这些留着没动。",
};

/** @typedef {typeof zh} PublicationWords */

/** @type {PublicationWords} */
const zhHant = {
  title: "上線記錄",
  hint: "每次換上新話術記一條：誰、什麼時候、改了什麼。可以回到以前的任何一條：之後在工作台上改的都撤回；直接改的檔案不動，會說明。",
  none: "還沒有記錄。",
  live: "正在用",
  byFiles: "直接改的檔案",
  atStart: "伺服器沒開的時候改的，改了什麼沒有記下來",
  first: "開始",
  unknownFiles: "改了通用檔案或沒有記下來",
  counts: "{name}：−{removed} 行，+{added} 行",
  back: "回到這一版",
  backTo: "回到這一版：{at}",
  nothing: "在那以後沒有在工作台上改過。",
  would: "會撤回：",
  again: "重做",
  left: "撤不回，留著不動：這些檔案後來有人直接改過。請看過檔案再手工改。",
  sure: "確定回到這一版",
  leave: "不要",
  busy: "正在檢查和試答…",
  done: "已回到這一版，馬上這樣答。",
  donePart: "能撤回的都撤回了；下面這些留著沒動。",
};

/** @type {PublicationWords} */
const en = {
  title: "Publications",
  hint: "One line for each time new words went live: who, when, and what was changed. You can go back to any of them: what was changed at the desk since is undone; files that were edited by hand stay, and it says so.",
  none: "Nothing yet.",
  live: "live",
  byFiles: "files edited by hand",
  atStart: "changed while no server ran; what was changed is not on record",
  first: "the beginning",
  unknownFiles: "common files, or not on record",
  counts: "{name}: −{removed} lines, +{added} lines",
  back: "Go back here",
  backTo: "Go back here: {at}",
  nothing: "Nothing was changed at the desk since.",
  would: "It would undo:",
  again: "make again",
  left: "These stay as they are: their files were edited by hand since. Look at the files and mend them by hand.",
  sure: "Really go back here",
  leave: "Leave it",
  busy: "Checking and trying…",
  done: "Back; it answers so at once.",
  donePart: "What can be undone is undone; these stay as they are.",
};

/** @param {string} lang @returns {PublicationWords} */
export function publicationWords(lang) {
  return { zh, "zh-Hant": zhHant, en }[scriptOf(lang)];
}

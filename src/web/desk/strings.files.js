// What is said of pictures and documents, in Simplified and Traditional Chinese and English. A missing word is a type error.

import { scriptOf } from "./strings.js";

const zh = {
  add: "发图片或文件（也可以粘贴或拖进来）",
  from: "{name}发的图片",
  look: "看大图",
  document: "文件",
  gone: "图片取不到，可能已不再保存",
  close: "关闭",
  save: "在新标签页打开",
  cancel: "取消发送",
  progress: "已上传 {n}%",
  drop: "松开就发送给顾客",
  errors: {
    files_off: "这家店不收图片和文件，请用文字说明",
    file_type: "只能发图片（JPEG、PNG、WebP）和 PDF",
    file_large: "文件太大，请换一个小一点的",
    picture_large: "图片的尺寸太大，请缩小后再发",
    file_damaged: "文件不完整或已损坏，请重新选择",
    files_full: "服务器空间不够，现在收不了图片，请告诉管理员",
    unknown_file: "图片没有发出，请重新选择",
    file_gone: "图片没有发出：页面重新打开过，请重新选择",
    too_many_files: "一条消息最多带 9 个文件",
  },
};

/** @typedef {typeof zh} FileWords */

/** @type {FileWords} */
const zhHant = {
  add: "傳圖片或檔案（也可以貼上或拖進來）",
  from: "{name}傳的圖片",
  look: "看大圖",
  document: "檔案",
  gone: "圖片取不到，可能已不再保存",
  close: "關閉",
  save: "在新分頁打開",
  cancel: "取消傳送",
  progress: "已上傳 {n}%",
  drop: "放開就傳給顧客",
  errors: {
    files_off: "這家店不收圖片和檔案，請用文字說明",
    file_type: "只能傳圖片（JPEG、PNG、WebP）和 PDF",
    file_large: "檔案太大，請換一個小一點的",
    picture_large: "圖片的尺寸太大，請縮小後再傳",
    file_damaged: "檔案不完整或已損壞，請重新選擇",
    files_full: "伺服器空間不夠，現在收不了圖片，請告訴管理員",
    unknown_file: "圖片沒有傳出，請重新選擇",
    file_gone: "圖片沒有傳出：頁面重新打開過，請重新選擇",
    too_many_files: "一則訊息最多帶 9 個檔案",
  },
};

/** @type {FileWords} */
const en = {
  add: "Send a picture or file (or paste or drop it)",
  from: "Picture from {name}",
  look: "look at it large",
  document: "file",
  gone: "The picture cannot be had; it may be kept no longer",
  close: "Close",
  save: "Open in a new tab",
  cancel: "Cancel",
  progress: "{n}% uploaded",
  drop: "Let go to send it to the shopper",
  errors: {
    files_off: "This shop takes no pictures and files; put it in words",
    file_type: "Only pictures (JPEG, PNG, WebP) and PDF can be sent",
    file_large: "The file is too large; choose a smaller one",
    picture_large: "The picture has too many pixels; make it smaller",
    file_damaged: "The file is incomplete or damaged; choose it again",
    files_full: "The server has too little space for pictures; tell an operator",
    unknown_file: "The picture was not sent; choose it again",
    file_gone: "The picture was not sent: the page was opened anew; choose it again",
    too_many_files: "A message has at most nine files",
  },
};

/** @param {string} lang @returns {FileWords} */
export function fileWords(lang) {
  return { zh, "zh-Hant": zhHant, en }[scriptOf(lang)];
}

/** What a code about files says; nothing for others. @param {string} code @param {string} lang */
export function fileError(code, lang) {
  return /** @type {Record<string, string | undefined>} */ (fileWords(lang).errors)[code];
}

// What the widget says of pictures and documents, in Simplified and Traditional Chinese and English. A missing word is a type error.

/** @typedef {import("./strings.js").Language} Language */

const zh = {
  add: "发图片或文件",
  picture: "图片",
  from: "{name}发来的图片",
  mine: "我发的图片",
  look: "看大图",
  document: "文件",
  fetch: "下载 {name}，{size}",
  cancel: "取消发送",
  progress: "已上传 {n}%",
  close: "关闭",
  gone: "图片已不再保存",
  failed: "没有取到，点一下再试",
  drop: "松开就发送",
  errors: {
    files_off: "这里不能发图片和文件，请用文字说明",
    file_type: "只能发图片和 PDF，请换一个",
    file_large: "文件太大，请换一个小一点的",
    picture_large: "图片的尺寸太大，请换一张",
    file_damaged: "文件不完整或已损坏，请重新选择",
    files_full: "现在收不了图片，请先用文字说明",
    unknown_file: "图片过期了，请重新选择",
    file_gone: "页面重新打开过，图片没有保存下来，请重新选择",
    too_much: "今天发得太多了，请稍后再来",
  },
};

/** @typedef {typeof zh} FileWords */

/** @type {FileWords} */
const zhHant = {
  add: "傳圖片或檔案",
  picture: "圖片",
  from: "{name}傳來的圖片",
  mine: "我傳的圖片",
  look: "看大圖",
  document: "檔案",
  fetch: "下載 {name}，{size}",
  cancel: "取消傳送",
  progress: "已上傳 {n}%",
  close: "關閉",
  gone: "圖片已不再保存",
  failed: "沒有取到，點一下再試",
  drop: "放開就傳送",
  errors: {
    files_off: "這裡不能傳圖片和檔案，請用文字說明",
    file_type: "只能傳圖片和 PDF，請換一個",
    file_large: "檔案太大，請換一個小一點的",
    picture_large: "圖片的尺寸太大，請換一張",
    file_damaged: "檔案不完整或已損壞，請重新選擇",
    files_full: "現在收不了圖片，請先用文字說明",
    unknown_file: "圖片過期了，請重新選擇",
    file_gone: "頁面重新打開過，圖片沒有保存下來，請重新選擇",
    too_much: "今天傳得太多了，請稍後再來",
  },
};

/** @type {FileWords} */
const en = {
  add: "Send a picture or file",
  picture: "Picture",
  from: "Picture from {name}",
  mine: "My picture",
  look: "look at it large",
  document: "file",
  fetch: "Download {name}, {size}",
  cancel: "Cancel",
  progress: "{n}% uploaded",
  close: "Close",
  gone: "This picture is no longer kept",
  failed: "It did not arrive; tap to try again",
  drop: "Let go to send",
  errors: {
    files_off: "Pictures and files are not taken here; please put it in words",
    file_type: "Only pictures and PDF can be sent; please choose another",
    file_large: "The file is too large; please choose a smaller one",
    picture_large: "The picture has too many pixels; please choose another",
    file_damaged: "The file is incomplete or damaged; please choose it again",
    files_full: "Pictures cannot be taken now; please put it in words",
    unknown_file: "The picture has expired; please choose it again",
    file_gone: "The page was opened anew and the picture was not kept; please choose it again",
    too_much: "Too much was sent for today; please come back later",
  },
};

/** @param {Language} lang */
export function fileWords(lang) {
  return { zh, "zh-Hant": zhHant, en }[lang];
}

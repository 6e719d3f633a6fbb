// What the orders in the customer's column say, in Simplified and Traditional Chinese and English. A missing word is a type error.

import { scriptOf } from "./strings.js";

const zh = {
  title: "订单",
  loading: "正在向店铺查订单…",
  none: "店铺没有这位顾客的订单。",
  visitor: "访客没有登录店铺，查不到订单。",
  unavailable: "订单暂时查不到：{why}",
  why: {
    too_slow: "店铺的服务器 3 秒没有回。",
    unreachable: "连不上店铺的服务器。",
    redirect: "店铺的服务器转到了别的地址，没有跟过去；请管理员改 orders_url。",
    status: "店铺的服务器拒绝了，或出错了；请管理员看日志。",
    too_large: "店铺的服务器回得太多，没有收。",
    unreadable: "店铺的服务器回的格式不对；请管理员看日志。",
  },
  again: "再查一次",
  asOf: "{time} 查到",
  more: "另有 {n} 个更早的订单没有列出。",
  copy: "复制订单号 {id}",
  open: "在店铺后台打开订单 {id}",
  times: "{title} × {n}",
  parcel: "物流",
  steps: "物流记录（{n}）",
};

/** @typedef {typeof zh} OrderWords */

/** @type {OrderWords} */
const zhHant = {
  title: "訂單",
  loading: "正在向店鋪查訂單…",
  none: "店鋪沒有這位顧客的訂單。",
  visitor: "訪客沒有登入店鋪，查不到訂單。",
  unavailable: "訂單暫時查不到：{why}",
  why: {
    too_slow: "店鋪的伺服器 3 秒沒有回。",
    unreachable: "連不上店鋪的伺服器。",
    redirect: "店鋪的伺服器轉到了別的位址，沒有跟過去；請管理員改 orders_url。",
    status: "店鋪的伺服器拒絕了，或出錯了；請管理員看日誌。",
    too_large: "店鋪的伺服器回得太多，沒有收。",
    unreadable: "店鋪的伺服器回的格式不對；請管理員看日誌。",
  },
  again: "再查一次",
  asOf: "{time} 查到",
  more: "另有 {n} 個更早的訂單沒有列出。",
  copy: "複製訂單號 {id}",
  open: "在店鋪後台打開訂單 {id}",
  times: "{title} × {n}",
  parcel: "物流",
  steps: "物流記錄（{n}）",
};

/** @type {OrderWords} */
const en = {
  title: "Orders",
  loading: "Asking the shop for orders…",
  none: "The shop has no orders of this customer.",
  visitor: "A visitor is not signed in to the shop: there are no orders to look up.",
  unavailable: "No orders to see now: {why}",
  why: {
    too_slow: "the shop's server has not answered within 3 seconds.",
    unreachable: "the shop's server cannot be reached.",
    redirect: "the shop's server sends elsewhere, which was not followed; an operator has to set orders_url.",
    status: "the shop's server refuses or fails; an operator finds more in the log.",
    too_large: "the shop's server answers with too much, which was not taken.",
    unreadable: "the shop's server answers in another form; an operator finds more in the log.",
  },
  again: "Ask again",
  asOf: "as of {time}",
  more: "{n} earlier orders are not listed.",
  copy: "Copy the order number {id}",
  open: "Open order {id} at the shop",
  times: "{title} × {n}",
  parcel: "Delivery",
  steps: "Steps of the delivery ({n})",
};

/** @param {string} lang @returns {OrderWords} */
export function orderWords(lang) {
  return { zh, "zh-Hant": zhHant, en }[scriptOf(lang)];
}

// What is sent is latin1: what is to arrive as UTF-8 is written as its bytes.

/** The bytes of `text` in UTF-8, as latin1. */
export const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** `text` so many times. */
export const many = (text: string, count: number) => text.repeat(count)

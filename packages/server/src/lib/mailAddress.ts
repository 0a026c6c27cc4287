const ADDRESS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$/

/** Whether mail may be sent there: one plain address in ASCII, with nothing that an SMTP command or a header could trip over. */
export function isMailAddress(text: string | null): text is string {
  return text !== null && text.length <= 254 && ADDRESS.test(text)
}

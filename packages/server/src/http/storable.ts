/** PostgreSQL cannot read these back from json: NUL has no text form, half a surrogate pair is no character. */
export const storable = (text: string) => !text.includes('\u0000') && text.isWellFormed()

export const STORABLE = 'must not contain NUL or broken Unicode'

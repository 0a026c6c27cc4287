import { type FileHandle, open } from 'node:fs/promises'

/**
 * An append-only file of JSON lines. Lines that arrive while one write is on its way go to disk together in the next:
 * one fsync serves them all.
 */
export class Journal {
  readonly #file: FileHandle
  #waiting = ''
  #writing: Promise<void> | null = null
  #next: Promise<void> | null = null

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /**
   * Opens or creates the file and returns its lines, parsed. A last line without its newline was cut by a crash
   * before its answer left, so it is removed.
   * @throws SyntaxError when any other line is not JSON.
   */
  static async open(path: string): Promise<{ journal: Journal; lines: unknown[] }> {
    const file = await open(path, 'a+', 0o600)
    try {
      const bytes = await file.readFile()
      const end = bytes.lastIndexOf(0x0a) + 1
      if (end < bytes.length) await file.truncate(end)
      const lines = bytes.subarray(0, end).toString('utf8').split('\n')
      const parsed: unknown[] = lines.filter((line) => line !== '').map((line) => JSON.parse(line))
      return { journal: new Journal(file), lines: parsed }
    } catch (error) {
      await file.close()
      throw error
    }
  }

  append(value: unknown): void {
    this.#waiting += `${JSON.stringify(value)}\n`
  }

  /** Resolves when every line appended so far is on disk. After a failed write it rejects for ever. */
  flushed(): Promise<void> {
    if (this.#waiting === '') return this.#writing ?? Promise.resolve()
    this.#next ??= (this.#writing ?? Promise.resolve()).then(() => this.#write())
    return this.#next
  }

  async close(): Promise<void> {
    try {
      await this.flushed()
    } finally {
      await this.#file.close()
    }
  }

  async #write(): Promise<void> {
    const text = this.#waiting
    this.#waiting = ''
    this.#writing = this.#next
    this.#next = null
    await this.#file.appendFile(text)
    await this.#file.datasync()
    // A failed write stays in #writing on purpose: memory is then ahead of the file and no answer may leave.
    if (this.#next === null) this.#writing = null
  }
}

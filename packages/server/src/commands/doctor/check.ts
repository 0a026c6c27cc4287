import type { Context } from '../../context.ts'
import type { Finding } from './finding.ts'
import type { ServerFacts } from './store.ts'

/** What a check may look at. */
export type Patient = {
  readonly ctx: Context
  /** Whether the public URL is to be called. */
  readonly online: boolean
  /** What the database server says of itself, asked once for all checks. Rejects when it does not answer. */
  readonly server: () => Promise<ServerFacts>
}

/** One thing to look at. What it throws becomes a `fail` line. */
export type Check = {
  readonly name: string
  /** The lines that it makes, when they are not one of its name. Asked for none: there is nothing to look at. */
  lines?(patient: Patient): readonly string[]
  readonly needs_database?: true
  run(patient: Patient): Promise<Finding[]> | Finding[]
}

/** Whether the database answers. Never rejects. */
export async function serverAnswers({ server }: Patient): Promise<boolean> {
  return await server().then(
    () => true,
    () => false,
  )
}

import { rmSync } from 'node:fs'
import { endProcesses, type ProcessIdentity, processStart } from './processes.ts'
import { readJson, writeJson } from './state.ts'

/** The child processes of the sandbox, written to a file so that a next run finds what this one left behind. */
export interface ProcessList {
  /** Notes process `pid` under `name`, in place of an earlier one of that name. */
  set: (name: string, pid: number) => void
  all: () => ProcessIdentity[]
  /** Forgets all, when they were stopped. */
  clear: () => void
}

/** Ends what the processes of `file` left running and gives a new, empty list kept in `file`. */
export async function openProcessList(file: string): Promise<ProcessList> {
  const left = readJson<Record<string, ProcessIdentity>>(file) ?? {}
  await endProcesses(Object.values(left), 5_000)
  rmSync(file, { force: true })
  const processes = new Map<string, ProcessIdentity>()
  return {
    set(name, pid) {
      processes.set(name, { pid, started: processStart(pid) ?? '' })
      writeJson(file, Object.fromEntries(processes))
    },
    all: () => [...processes.values()],
    clear: () => rmSync(file, { force: true }),
  }
}

import { type Command } from 'commander'
import { connect } from '../config/connect.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newApiCommand } from '../options.ts'
import { sessionLines } from '../show/sessionLines.ts'

const GET = `Example:
  $ skiro checkout get cs_01m… --json | jq .status

Next, once it is paid: its transaction_id says which attempt paid it.`

const EXPIRE = `Example:
  $ skiro checkout expire cs_01m…

Fires checkout.expired. A session that is paid, failed or being paid is refused (exit 4).`

export function checkoutGetCommand(io: Io): Command {
  return newApiCommand('get', 'read a session', GET)
    .argument('<id>', 'session id, cs_…')
    .action(async (id: string, options: CommonOptions) => {
      const session = await connect(io, options).skiro.checkout.retrieve(id, { signal: io.stopped })
      show({ ...io, json: options.json ?? false }, session, () => sessionLines(session, io.color))
    })
}

export function checkoutExpireCommand(io: Io): Command {
  return newApiCommand('expire', 'end a pending session now', EXPIRE)
    .argument('<id>', 'session id, cs_…')
    .action(async (id: string, options: CommonOptions) => {
      const session = await connect(io, options).skiro.checkout.expire(id, { signal: io.stopped })
      show({ ...io, json: options.json ?? false }, session, () => sessionLines(session, io.color))
    })
}

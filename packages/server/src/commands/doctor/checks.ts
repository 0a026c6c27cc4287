import type { Check } from './check.ts'
import { chainsCheck } from './chainsCheck.ts'
import { clock, connections, database, durability, encoding, idOrder, migrations } from './databaseChecks.ts'
import { encryptionKey } from './encryptionKeyCheck.ts'
import { mail } from './mailCheck.ts'
import { plans, wallets } from './merchantChecks.ts'
import { noncesCheck } from './noncesCheck.ts'
import { acquirerCheck, ratesCheck, venuesCheck } from './outsideChecks.ts'
import { publicUrl } from './publicUrlCheck.ts'
import { rolesCheck } from './rolesCheck.ts'
import { log, modes, proxies, settings } from './settingsChecks.ts'
import { signerCheck } from './signerCheck.ts'
import { treasuryCheck } from './treasuryCheck.ts'
import { webhookTargets } from './webhookTargetsCheck.ts'
import { held, unknownCharges, work } from './workChecks.ts'

/** Everything that `doctor` looks at once it has settings, in the order of its lines. */
export const CHECKS: readonly Check[] = [
  settings,
  modes,
  log,
  proxies,
  publicUrl,
  database,
  durability,
  encoding,
  idOrder,
  connections,
  clock,
  migrations,
  rolesCheck,
  encryptionKey,
  plans,
  wallets,
  ...(['test', 'live'] as const).flatMap((mode) => [
    acquirerCheck(mode),
    venuesCheck(mode),
    ratesCheck(mode),
    signerCheck(mode),
    chainsCheck(mode),
    noncesCheck(mode),
  ]),
  webhookTargets,
  mail,
  work,
  unknownCharges,
  held,
  treasuryCheck,
]

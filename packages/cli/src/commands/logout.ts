import { type Command } from 'commander'
import { profileOf } from '../config/connect.ts'
import { readConfig, withLogin, writeConfig } from '../config/config.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newCommand } from '../options.ts'

const TEACH = `Example:
  $ skiro logout --live

The key stays valid: revoke it at the gateway if somebody else may have it (skiro-server key revoke).`

export function logoutCommand(io: Io): Command {
  return newCommand('logout', 'forget a key', TEACH)
    .option('--profile <name>', 'of this profile (SKIRO_PROFILE; default: default)')
    .option('--live', 'the live key; without it the test key')
    .action((options: CommonOptions) => {
      const profile = profileOf(io, options)
      const mode = options.live ? 'live' : 'test'
      const config = readConfig(io.env)
      const removed = config.profiles[profile]?.[mode] !== undefined
      if (removed) writeConfig(io.env, withLogin(config, profile, mode, null))
      show({ ...io, json: options.json ?? false }, { profile, mode, removed }, () => [
        removed
          ? `Forgot the ${mode} key of profile ${profile}.`
          : `There was no ${mode} key in profile ${profile}.`,
      ])
    })
}

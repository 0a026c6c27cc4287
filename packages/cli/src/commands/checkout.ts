import { Command } from 'commander'
import type { Io } from '../io.ts'
import { checkoutCreateCommand } from './checkoutCreate.ts'
import { checkoutExpireCommand, checkoutGetCommand } from './checkoutGet.ts'
import { checkoutListCommand } from './checkoutList.ts'

export function checkoutCommands(io: Io): Command {
  return new Command('checkout')
    .description('create, read and expire checkout sessions')
    .addCommand(checkoutCreateCommand(io))
    .addCommand(checkoutGetCommand(io))
    .addCommand(checkoutListCommand(io))
    .addCommand(checkoutExpireCommand(io))
}

/** Everything is reached from this machine alone. */
export const HOST = '127.0.0.1'
/** Where each part is, unless something else has the port. */
export const PORTS = {
  gateway: 4242,
  shop: 4243,
  acquirer: 4244,
  venues: 4245,
  mailbox: 4246,
  smtp: 4247,
  postgres: 54329,
  chain: 8545,
  bitcoin: 18443,
}

import type { Parameter } from './types.ts'

/** The headers of every delivery: our own signature, and those of the Standard Webhooks specification. */
export const SIGNATURE_HEADERS: Parameter[] = [
  header(
    'X-Skiro-Signature',
    '`t` is when it was signed, in unix seconds. Each `v1` is the hex HMAC-SHA256 of `${t}.${raw body}` with a secret of the endpoint; during a rotation there are two.',
    '^t=[0-9]+(,v1=[0-9a-f]{64})+$',
    't=1795391490,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
  ),
  header(
    'webhook-id',
    "The event's id, for verifiers of Standard Webhooks.",
    '^evt_[0-9a-z]{26}$',
    'evt_01jf2m8s5v0x3c9q6w4e7r1t2y',
  ),
  header('webhook-timestamp', 'When it was signed, in unix seconds.', '^[0-9]+$', '1795391490'),
  header(
    'webhook-signature',
    'For verifiers of Standard Webhooks. Each `v1` is the base64 HMAC-SHA256 of `${webhook-id}.${webhook-timestamp}.${raw body}` with what a secret of the endpoint is the base64 of after `whsec_`; during a rotation there are two.',
    '^v1,[0-9A-Za-z+/]{43}=( v1,[0-9A-Za-z+/]{43}=)*$',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ),
]

function header(name: string, description: string, pattern: string, example: string): Parameter {
  return { name, in: 'header', required: true, description, schema: { type: 'string', pattern }, example }
}

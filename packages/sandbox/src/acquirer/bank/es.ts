import type { BankTexts } from './texts.ts'

export const es: BankTexts = {
  dir: 'ltr',
  title: 'Banco de pruebas: confirmar un pago',
  bank: 'Banco de pruebas',
  question: '¿Este pago es suyo?',
  shop: 'Tienda',
  amount: 'Importe',
  card: 'Tarjeta',
  yes: 'Sí, soy yo',
  yes_does: 'El pago continúa.',
  no: 'No, detener este pago',
  no_does: 'El pago termina aquí. No se cobra nada.',
  thanks: 'Gracias. Ahora vuelve a la tienda.',
  unreachable: 'No se pudo contactar con el banco. Inténtelo de nuevo.',
  answered: 'Esta pregunta ya se ha respondido',
  go_back: 'Puede volver a la tienda.',
  script_needed: 'El banco de pruebas necesita JavaScript para su respuesta.',
}

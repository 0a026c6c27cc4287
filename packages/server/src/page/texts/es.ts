import type { PageTexts } from './texts.ts'

export const es: PageTexts = {
  name: 'Español',
  dir: 'ltr',
  language_label: 'Idioma',
  powered_by: 'Con la tecnología de Skiro',
  contact: '¿Dudas? Escribe a {email}',
  back_to_shop: 'Volver a {shop}',
  go_to_shop: 'Ir a {shop}',
  the_shop: 'la tienda',
  test_badge: 'Modo de prueba',
  test_hint:
    'Aquí no se mueve dinero. Con cualquier fecha futura y código de seguridad sirve la tarjeta {card}',
  test_copy: 'Copiar el número de la tarjeta de prueba',
  open: {
    title: 'Pagar a {shop}',
    email: 'Correo electrónico',
    email_optional: 'Opcional',
    card: 'Datos de la tarjeta',
    frame_title: 'Número de tarjeta, fecha de caducidad y código de seguridad',
    frame_failed:
      'Los campos de la tarjeta no se han cargado. No se ha cobrado nada. Comprueba tu conexión e inténtalo de nuevo.',
    frame_retry: 'Intentar de nuevo',
    pay_button: 'Pagar {amount}',
    card_privacy:
      'Los datos de tu tarjeta van cifrados directamente al procesador de pagos. {shop} nunca los ve.',
    script_needed:
      'Para pagar aquí, activa JavaScript y recarga la página. Los campos de la tarjeta lo necesitan: pertenecen al procesador de pagos, para que nadie más vea el número de tu tarjeta.',
  },
  live: {
    email_invalid: 'Escribe una dirección de correo completa, por ejemplo nombre@example.com.',
    paying: 'Procesando…',
    checking:
      'No hemos podido conectar con el servidor. Que sepamos, no se te ha cobrado nada. Lo estamos comprobando, espera…',
    not_charged: 'El pago no se ha realizado y no se te ha cobrado nada. Inténtalo de nuevo.',
    expires_in: 'Esta página caduca en {time}',
    copied: 'Copiado',
  },
  declines: {
    card_declined: 'Tu tarjeta ha sido rechazada. Revisa los datos o usa otra tarjeta.',
    insufficient_funds: 'La tarjeta no tiene fondos suficientes para este pago. Usa otra tarjeta.',
    expired_card: 'Tu tarjeta ha caducado. Usa otra tarjeta.',
    incorrect_cvc: 'El código de seguridad no es correcto. Escríbelo otra vez.',
    processing_error: 'No se ha podido procesar el pago. No se te ha cobrado nada. Inténtalo de nuevo.',
    authentication_failed:
      'Tu banco no ha podido confirmar tu identidad. Inténtalo de nuevo o usa otra tarjeta.',
  },
  processing: {
    title: 'Pago en curso · {shop}',
    heading: 'Estamos procesando tu pago',
    text: 'No pagues otra vez, por favor. Esta página se actualiza sola y puedes cerrarla: el pago continúa sin ella.',
  },
  paid: {
    title: 'Pagado · {shop}',
    heading: 'Gracias, tu pago se ha completado',
    text: 'Has pagado {amount} a {shop}.',
    confirming: 'Confirmando con {shop}…',
    receipt: {
      amount: 'Importe pagado',
      shop: 'Pagado a',
      card: 'Tarjeta',
      time: 'Fecha',
      email: 'Correo electrónico',
      transaction: 'Transacción',
    },
  },
  failed: {
    title: 'Pago no completado · {shop}',
    heading: 'El pago no se ha completado',
    text: 'En esta página ya no es posible hacer más intentos. No se te ha cobrado nada. Para intentarlo de nuevo, inicia otra compra en {shop}.',
  },
  expired: {
    title: 'Página caducada · {shop}',
    heading: 'Esta página de pago ha caducado',
    text: 'No se ha cobrado nada. Para pagar, vuelve a {shop} y empieza el pago de nuevo.',
  },
  unknown: {
    title: 'Página no encontrada',
    heading: 'No encontramos esta página de pago',
    text: 'Comprueba que la dirección esté completa, o vuelve a la tienda y empieza el pago de nuevo. Aquí no se ha cobrado nada.',
  },
}

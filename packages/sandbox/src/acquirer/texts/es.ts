import type { FrameTexts } from './texts.ts'

export const es: FrameTexts = {
  lang: 'es',
  dir: 'ltr',
  title: 'Datos de la tarjeta',
  number: 'Número de tarjeta',
  exp: 'Fecha de caducidad',
  csc: 'Código de seguridad',
  name: 'Nombre en la tarjeta',
  exp_hint: 'MM / AA',
  script_needed:
    'Los datos de la tarjeta solo se pueden introducir con JavaScript, que los mantiene fuera del alcance de la tienda.',
  missing_number: 'Escribe el número de la tarjeta.',
  incomplete_number: 'Escribe el número completo de la tarjeta.',
  incorrect_number: 'Revisa el número de la tarjeta: hay un dígito incorrecto.',
  missing_expiry: 'Escribe la fecha de caducidad.',
  incomplete_expiry: 'Escribe el mes y el año de caducidad, por ejemplo 08 / 29.',
  invalid_expiry: 'Revisa el mes y el año de caducidad.',
  expired_card: 'Esta tarjeta ha caducado. Usa otra tarjeta.',
  missing_csc: 'Escribe los 3 dígitos del reverso de la tarjeta.',
  incomplete_csc: 'Escribe los 3 dígitos del código de seguridad.',
  missing_csc_4: 'Escribe los 4 dígitos del anverso de la tarjeta.',
  incomplete_csc_4: 'Escribe los 4 dígitos del código de seguridad.',
  missing_name: 'Escribe el nombre que figura en la tarjeta.',
  send_failed: 'No se han podido enviar los datos de la tarjeta. Comprueba tu conexión e inténtalo de nuevo.',
}

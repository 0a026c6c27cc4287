/**
 * The shop's whole stylesheet, served as a file: an inline one with a nonce would be refused, loudly, in the copy of
 * the page that the order page's script parses.
 */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2320; --soft: #626b66; --paper: #faf8f4; --card: #fff; --edge: #e6e1d8;
  --leaf: #1f6b4f; --leaf-ink: #fff; --glow: #e8a33d; --bad: #a8321f; --tint: #eef4f0 }
@media (prefers-color-scheme: dark) { :root { --ink: #ecefe9; --soft: #a3ada6; --paper: #141815; --card: #1d2320;
  --edge: #313a35; --leaf: #5fc49a; --leaf-ink: #10211a; --glow: #f0b65c; --bad: #ff9a86; --tint: #22302a } }
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: .75rem; padding-bottom: .75rem }
.demo { margin: 0; padding: .35rem 1rem; text-align: center; font-size: .875rem; background: var(--tint) }
footer { display: flex; flex-wrap: wrap; gap: 0 1.5rem; padding-top: 2rem; padding-bottom: 2rem; font-size: .875rem }
footer span { flex-basis: 100% }
/* Padding of what stands in a line moves nothing, but fingers find it: 44 px. */
a { color: var(--leaf); padding-block: .8rem }
.brand, footer a, .ways a { display: inline-block; padding-block: .7rem }
.brand { font-weight: 700; letter-spacing: -.01em; color: var(--ink); text-decoration: none }
.brand span { color: var(--leaf) }
h1 { font-size: clamp(1.5rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; margin: .25rem 0 .5rem }
h2 { font-size: 1.125rem; margin: 0 }
p { margin: .25rem 0 }
.soft { color: var(--soft) }
.bad { color: var(--bad) }
.note { background: var(--tint); border-radius: .6rem; padding: .65rem .9rem; margin: .75rem 0 }
.grid { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); list-style: none;
  padding: 0; margin: 1.25rem 0 }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: 1rem; padding: 1.25rem }
.grid .card { display: flex; flex-direction: column; gap: .4rem }
.card svg { width: 100%; height: 9rem; background: var(--tint); border-radius: .6rem }
svg .fill { fill: var(--leaf) } svg .glow { fill: var(--glow) }
svg .line { fill: none; stroke: var(--ink); stroke-width: 4; stroke-linecap: round; stroke-linejoin: round }
svg .thin { stroke: var(--leaf-ink); stroke-width: 3; stroke-linecap: round }
.buy { display: flex; align-items: center; justify-content: space-between; margin-top: auto; padding-top: .5rem }
.number { white-space: nowrap }
.price { font-weight: 650; font-variant-numeric: tabular-nums }
button, .button { font: inherit; font-weight: 600; color: var(--leaf-ink); background: var(--leaf); border: 0;
  border-radius: .6rem; min-height: 2.75rem; padding: .55rem 1.25rem; cursor: pointer; text-decoration: none;
  display: inline-block }
button:hover, .button:hover { filter: brightness(1.08) }
:focus-visible { outline: 3px solid var(--glow); outline-offset: 2px }
label { display: block; font-weight: 600; font-size: .9rem; margin-bottom: .3rem }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .6rem;
  min-height: 2.75rem; padding: .5rem .75rem; width: min(24rem, 100%) }
.steps { list-style: none; padding: 0; margin: 1.25rem 0; display: grid; gap: .75rem }
.steps li { display: flex; gap: .75rem; color: var(--soft) }
.steps li::before { content: ''; flex: none; width: 1.35rem; height: 1.35rem; margin-top: .1rem; border-radius: 50%;
  border: 2px solid var(--edge); font: 700 .8rem/1.15rem system-ui, sans-serif; text-align: center; color: var(--leaf-ink) }
.steps .done { color: var(--ink) }
.steps .done::before { content: '✓' / 'Done: '; background: var(--leaf); border-color: var(--leaf) }
.steps .wrong { color: var(--bad) }
.steps .wrong::before { content: '✕' / 'Not done: '; color: var(--card); background: var(--bad); border-color: var(--bad) }
.steps .past::before { content: '–' / ''; color: var(--soft) }
.card > dl:first-child { margin-top: 0 }
.merchant { margin-top: 2.5rem; border-top: 3px solid var(--edge); padding-top: 1.5rem }
.merchant > h2 { font-size: 1.5rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 1rem 0 0 }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
code, pre { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { white-space: pre-wrap; background: var(--tint); border-radius: .6rem; padding: .75rem; margin: .5rem 0 }
section { margin-top: 1.25rem }
h3 { font-size: 1.125rem; margin: 0 } h4 { font-size: 1rem; margin: 0 } time { white-space: nowrap }
.row { display: flex; flex-wrap: wrap; gap: .6rem; margin: .75rem 0 0 } .after { margin-top: .75rem }
.quiet { color: var(--ink); background: none; border: 1px solid var(--soft); padding: .5rem 1rem }
.quiet:hover { background: var(--tint); filter: none }
.plain, .tries { list-style: none; padding: 0; margin: .5rem 0; display: grid; gap: .5rem }
.plain li, .tries li { overflow-wrap: anywhere } .tries li { border-left: 3px solid var(--leaf); padding-left: .75rem }
.tries .failed { border-color: var(--bad) }
.tries p { margin: 0 } .tries .soft { font-size: .875rem }
.event { border-top: 1px solid var(--edge); padding: 1rem 0 .5rem; scroll-margin-top: 1rem }
.event form { margin: .75rem 0 } .event details { border: 0; padding: .25rem 0 }
.event:target h4 { background: var(--tint); box-shadow: 0 0 0 .3rem var(--tint); border-radius: .2rem }
.ways .soft { display: block; margin-top: -.6rem }
details { border-top: 1px solid var(--edge); padding: .6rem 0 }
section h2 { margin-bottom: .6rem } summary { cursor: pointer; padding: .65rem 0 }
@media (min-width: 48rem) { .sides { display: grid; grid-template-columns: 3fr 2fr; gap: 0 2rem; align-items: start }
  .sides .steps { margin-top: 0 } }
@media (max-width: 34rem) { .row, .row form { display: grid; width: 100% }
  .grid { gap: .75rem; margin: .75rem 0 }
  .grid .card { display: grid; grid-template-columns: 5.5rem 1fr; gap: 0 .9rem; padding: .9rem }
  .grid svg { height: 5.5rem } .grid .buy { grid-column: 1 / -1 }
  dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem }
  .sides > dl { grid-template-columns: max-content 1fr; gap: .35rem 1.25rem } .sides > dl dd { margin: 0 }
  .long { min-height: 3.1em } }
`

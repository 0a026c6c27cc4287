import { type Html, html } from '../../page/html.ts'
import { exampleOf } from '../openapi/example.ts'
import type { OpenApi } from '../openapi/types.ts'
import { codeBlock, prettyJson } from './code.ts'
import { fieldList, objectLink } from './fields.ts'
import { inline } from './markdown.ts'

/** The objects that calls answer with and events carry. Events have a section of their own. */
export function objectNames(document: OpenApi): string[] {
  return Object.keys(document.components.schemas).filter((name) => !/_event$|^event$|^error$/.test(name))
}

export function objectsSection(document: OpenApi): Html {
  const { schemas } = document.components
  return html`<section class="group"><h2 id="objects"><a class="anchor" href="#objects">Objects</a></h2>
${objectNames(document).map((name) => {
  const schema = schemas[name] ?? {}
  return html`<article class="call"><div class="about"><h3 id="object-${name}"><a class="anchor" href="#object-${name}">${name}</a></h3>
${schema.description && html`<p>${inline(schema.description)}</p>`}${fieldList(schema, 'output')}</div>
<div class="code-column">${codeBlock(prettyJson(exampleOf(schema, schemas)), 'json', name)}</div></article>`
})}</section>`
}

/** What is posted to a merchant's URL: the envelope once, then what each type means and carries. */
export function eventsSection(document: OpenApi): Html {
  const { schemas } = document.components
  const types = Object.entries(document.webhooks)
  const [first] = types
  const shape = schemas[bodyName(document, first?.[0] ?? '')] ?? {}
  const { data, ...envelope } = shape.properties ?? {}
  void data
  const described = {
    ...shape,
    properties: {
      ...envelope,
      type: { type: 'string', description: 'What happened: one of the types below.' },
      data: { description: 'The object that it is about, as it was then.', type: 'object' },
    },
  }
  return html`<section class="group"><h2 id="events"><a class="anchor" href="#events">Events</a></h2>
<article class="call"><div class="about"><h3 id="object-event"><a class="anchor" href="#object-event">event</a></h3>
<p>What is posted to your URL, and what the <a href="#listEvents">list of events</a> holds.</p>
${fieldList(described, 'output')}</div><div class="code-column">${codeBlock(prettyJson(exampleOf(shape, schemas)), 'json', first?.[0] ?? '')}</div></article>
${types.map(([type, { post }]) => {
  const name = bodyName(document, type)
  const ref = schemas[name]?.properties?.['data']?.$ref ?? ''
  return html`<article class="event" id="object-${name}"><h3 id="event-${type.replaceAll('.', '-')}"><a class="anchor" href="#event-${type.replaceAll('.', '-')}"><code>${type}</code></a></h3>
<p>${inline(post?.description ?? '')} <code>data</code> is a ${objectLink(ref)}.</p>
<details><summary>Example</summary>${codeBlock(prettyJson(post?.requestBody?.content['application/json']?.example), 'json', type)}</details></article>`
})}</section>`
}

const bodyName = (document: OpenApi, type: string): string =>
  document.webhooks[type]?.['post']?.requestBody?.content['application/json']?.schema.$ref
    ?.split('/')
    .at(-1) ?? ''

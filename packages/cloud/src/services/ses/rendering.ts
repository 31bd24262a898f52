import { messageOf } from '@terrace/kit'
import { BadRequestException } from './errors.ts'

/** Subject and bodies with placeholders. */
export interface TemplateContent {
  readonly subject: string
  readonly text?: string | undefined
  readonly html?: string | undefined
}

/** How rendering came out; what is wrong is one sentence of SES. */
export type Rendered =
  | { readonly kind: 'rendered'; readonly content: TemplateContent }
  | { readonly kind: 'failed'; readonly because: string }

/**
 * Fills a template with data. A placeholder without data fails; an `#if` without is false.
 * @see Amazon SES Developer Guide "Advanced email personalization"
 */
export async function render(template: TemplateContent, data: TemplateData): Promise<Rendered> {
  compiling ??= compiler()
  const compiled = await compiling
  const fill = (source: string | undefined) =>
    source === undefined ? undefined : compiled(source)({ ...data }, OWN_DATA_ALONE)
  try {
    const content = {
      subject: fill(template.subject) ?? '',
      text: fill(template.text),
      html: fill(template.html),
    }
    return { kind: 'rendered', content }
  } catch (error) {
    return { kind: 'failed', because: sentenceOf(messageOf(error)) }
  }
}

/** Sources that stay compiled; what is sent again and again is among the newest. */
const MOST_COMPILED = 32

// Made with the first template.
let compiling: ReturnType<typeof compiler> | undefined

async function compiler() {
  const { default: Handlebars } = await import('handlebars')
  const engine = Handlebars.create()
  // What a template is not meant to do: write to Terrace's own output.
  engine.unregisterHelper('log')
  const kept = new Map<string, ReturnType<typeof engine.compile>>()
  return (source: string) => {
    // SES escapes nothing: what people typed must be escaped by who sends it.
    const template = kept.get(source) ?? engine.compile(source, { strict: true, noEscape: true })
    kept.delete(source)
    kept.set(source, template)
    for (const oldest of kept.keys()) if (kept.size > MOST_COMPILED) kept.delete(oldest)
    return template
  }
}

const OWN_DATA_ALONE = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false }

/** The values of placeholders. */
export type TemplateData = Readonly<Record<string, unknown>>

/** @throws BadRequestException when it is no JSON object */
export function readTemplateData(text = '{}'): TemplateData {
  try {
    const data: unknown = JSON.parse(text)
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data }
  } catch {}
  throw new BadRequestException('The template data is not a valid JSON object.')
}

/** Refuses what can't be a template at all. @throws BadRequestException */
export async function checkTemplate({ subject, text, html }: TemplateContent): Promise<void> {
  const { default: Handlebars } = await import('handlebars')
  try {
    for (const source of [subject, text, html]) if (source !== undefined) Handlebars.parse(source)
  } catch (error) {
    throw new BadRequestException(`The template is not valid: ${firstLine(messageOf(error))}`)
  }
}

/** In the words of SES. */
function sentenceOf(problem: string): string {
  const missing = /^"(.+?)" not defined in /.exec(problem)?.[1]
  return missing === undefined
    ? `The template can't be rendered: ${firstLine(problem)}`
    : `Attribute '${missing}' is not present in the rendering data.`
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text

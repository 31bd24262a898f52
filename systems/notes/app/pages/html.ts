import { html as tag } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** A piece of a page. */
export type Html = HtmlEscapedString

type Value = string | number | false | undefined | Html | readonly Value[]

/**
 * Makes a piece of a page from a template. Whatever is put in is text and comes out as text, in content and in quoted
 * attributes alike; only pieces made here go in as they are. `false` and `undefined` are nothing.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html =>
  // It is a promise only when a value is one, and none of ours can be.
  tag(strings, ...values) as Html

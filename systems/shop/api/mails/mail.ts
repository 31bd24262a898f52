/** A mail that is ready to be sent. */
export interface Mail {
  readonly to: string
  /** One line. */
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Further headers; printable ASCII only. */
  readonly headers: Readonly<Record<string, string>>
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML shows it, in content and in attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')

/** A whole HTML mail. Styles are inline: mail programs read no others. */
export const htmlMail = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; color: #1b1f27; background: #ffffff; max-width: 36rem">
${content}
</body>
</html>
`

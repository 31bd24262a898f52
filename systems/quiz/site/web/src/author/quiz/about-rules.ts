import type { TextRule } from '@terrace/ui'
import { authorText } from '../../text/author-text.ts'

/** As the API takes them. */
export const ABOUT_RULES: Readonly<Record<'title' | 'description', TextRule>> = {
  title: { missing: authorText.titleMissing, maxCharacters: 200, tooLong: authorText.titleTooLong },
  description: { maxCharacters: 2000, tooLong: authorText.descriptionTooLong },
}

export const ABOUT_LABELS = { title: authorText.title, description: authorText.description } as const

import styles from './icon.module.css'

const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  clock: 'M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  alert: 'M8 6.2v3M8 11.4v.1M8 2.2 1.9 13h12.2L8 2.2Z',
  info: 'M8 7.4v3.8M8 4.8v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  cross: 'M4 4l8 8M12 4l-8 8',
  search: 'M11 11l3 3M12.5 7a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z',
  chevronDown: 'M4 6l4 4 4-4',
  chevronLeft: 'M10 4L6 8l4 4',
  chevronRight: 'M6 4l4 4-4 4',
  arrowUp: 'M8 13V3.5M4 7l4-4 4 4',
  arrowDown: 'M8 3v9.5M4 9l4 4 4-4',
  sortable: 'M5 6.5l3-3 3 3M5 9.5l3 3 3-3',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  plus: 'M8 3v10M3 8h10',
  cloudOff: 'M2 2l12 12M5.3 5.6A4 4 0 0 0 4.5 13h7M8 4.2a4 4 0 0 1 3.7 3.4 2.8 2.8 0 0 1 2 4',
  display: 'M2.5 3h11v7.5h-11V3ZM5.5 13.5h5M8 10.5v3',
  sun: 'M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z',
  book: 'M3 3.2C3 2.5 3.5 2 4.2 2H13v10H4.2C3.5 12 3 12.5 3 13.2m0-10v10c0 .5.4.8.9.8H13',
  cart: 'M1.5 2.5h1.8l1.9 7.6h6.9l1.6-5.6H4M6 13.2a.6.6 0 1 1-1.2 0 .6.6 0 0 1 1.2 0ZM12 13.2a.6.6 0 1 1-1.2 0 .6.6 0 0 1 1.2 0Z',
  box: 'M2.5 5 8 2l5.5 3v6L8 14l-5.5-3V5ZM2.5 5 8 8m0 0 5.5-3M8 8v6',
  minus: 'M3 8h10',
  person: 'M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8ZM2.8 14a5.2 5.2 0 0 1 10.4 0',
  copy: 'M5.5 5.5h8v8h-8v-8ZM3.5 10.5h-1v-8h8v1',
  picture: 'M2 3h12v10H2V3ZM2 11l3.5-3.5 2.5 2.5 2-2 4 4M10.7 6.2a.7.7 0 1 1-1.4 0 .7.7 0 0 1 1.4 0Z',
  download: 'M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  question: 'M6 6.2a2 2 0 1 1 2.8 1.9c-.6.3-.8.7-.8 1.2M8 11.4v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
} as const

/** The drawings there are. */
export type IconName = keyof typeof PATHS

/** One 16 px line drawing in the colour of the text. Never the only bearer of a meaning: text or a label goes with it. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className={styles.icon} data-icon={name} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
)

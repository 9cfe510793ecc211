// The code editor: CodeMirror over a textarea that stays the form's field, so that without this
// script (or with the plain editor chosen) the page works the same.
import {autocompletion, closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete"
import {defaultKeymap, history, historyKeymap, toggleTabFocusMode, indentWithTab} from "@codemirror/commands"
import {cpp} from "@codemirror/lang-cpp"
import {python} from "@codemirror/lang-python"
import {rust} from "@codemirror/lang-rust"
import {bracketMatching, defaultHighlightStyle, indentOnInput, indentUnit, syntaxHighlighting, HighlightStyle} from "@codemirror/language"
import {lintGutter, setDiagnostics} from "@codemirror/lint"
import {highlightSelectionMatches, searchKeymap} from "@codemirror/search"
import {Compartment, EditorState} from "@codemirror/state"
import {drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers} from "@codemirror/view"
import {tags} from "@lezer/highlight"

// By judge/languages: `editor_mode` of a language is a name here, and so are two of packages' own
// files, which only authors load; others are plain text.
const modes = {cpp, rust, python}
const later = {
  yaml: async () => (await import("@codemirror/lang-yaml")).yaml(),
  markdown: async () => (await import("@codemirror/lang-markdown")).markdown(),
}
const speechOf = mode => modes[mode]?.() ?? []

// Colours are the page's own tokens, so both themes come from one style sheet.
const highlight = HighlightStyle.define([
  {tag: [tags.keyword, tags.controlKeyword, tags.modifier], color: "var(--link)"},
  {tag: [tags.string, tags.number, tags.bool, tags.character], color: "var(--fault)"},
  {tag: [tags.comment], color: "var(--mute)", fontStyle: "italic"},
  {tag: [tags.heading, tags.strong, tags.definition(tags.propertyName)], fontWeight: "600"},
  {tag: [tags.emphasis], fontStyle: "italic"},
  {tag: [tags.typeName, tags.className, tags.macroName, tags.processingInstruction], color: "var(--link)"},
])

export function mount(textarea, {mode, label, nonce, phrases, onChange, readOnly}) {
  const speech = new Compartment(), editable = new Compartment()
  const view = new EditorView({
    parent: textarea.parentElement,
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorState.phrases.of(phrases ?? {}),
        lineNumbers(), highlightActiveLineGutter(), history(), drawSelection(), indentOnInput(),
        bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(), lintGutter(),
        // Input methods own Ctrl-Space: completion starts by typing.
        autocompletion({defaultKeymap: true, activateOnTyping: true}),
        indentUnit.of("    "),
        syntaxHighlighting(highlight), syntaxHighlighting(defaultHighlightStyle, {fallback: true}),
        speech.of(speechOf(mode)),
        editable.of(EditorState.readOnly.of(Boolean(readOnly))),
        keymap.of([{key: "Ctrl-m", run: toggleTabFocusMode}, indentWithTab,
          ...closeBracketsKeymap, ...defaultKeymap.filter(b => b.key !== "Mod-Enter"), ...searchKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({"aria-label": label, spellcheck: "false", autocapitalize: "off"}),
        EditorView.updateListener.of(update => {
          if (!update.docChanged) return
          textarea.value = update.state.doc.toString()
          onChange?.(textarea.value)
        }),
      ],
    }),
  })
  textarea.hidden = true
  later[mode]?.().then(loaded => view.dispatch({effects: speech.reconfigure(loaded)}))
  return {
    focus: () => view.focus(),
    text: () => view.state.doc.toString(),
    setText: text => view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: text}}),
    setMode: mode => view.dispatch({effects: speech.reconfigure(speechOf(mode))}),
    goTo(line) {
      const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines))
      view.dispatch({selection: {anchor: at.from}, effects: EditorView.scrollIntoView(at.from, {y: "center"})})
      view.focus()
    },
    mark(diagnostics) {
      const marks = diagnostics.filter(d => d.line <= view.state.doc.lines).map(d => {
        const line = view.state.doc.line(d.line)
        return {from: Math.min(line.from + Math.max(d.column - 1, 0), line.to), to: line.to, severity: d.severity, message: d.message}
      })
      view.dispatch(setDiagnostics(view.state, marks))
    },
    destroy() { view.destroy(); textarea.hidden = false },
  }
}

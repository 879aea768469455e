import type { Translator } from '../translator.ts';

const languages = ['es', 'fr', 'de', 'it', 'pt'];

/** English, and the same in the languages above, in their order. */
const phrases: Readonly<Record<string, readonly string[]>> = {
  'good morning': ['buenos días', 'bonjour', 'guten Morgen', 'buongiorno', 'bom dia'],
  'good evening': ['buenas tardes', 'bonsoir', 'guten Abend', 'buonasera', 'boa noite'],
  'how are you': ['cómo estás', 'comment vas-tu', 'wie geht es dir', 'come stai', 'como estás'],
  'thank you': ['gracias', 'merci', 'danke', 'grazie', 'obrigado'],
  hello: ['hola', 'bonjour', 'hallo', 'ciao', 'olá'],
  goodbye: ['adiós', 'au revoir', 'auf Wiedersehen', 'arrivederci', 'adeus'],
  welcome: ['bienvenido', 'bienvenue', 'willkommen', 'benvenuto', 'bem-vindo'],
  please: ['por favor', 's’il te plaît', 'bitte', 'per favore', 'por favor'],
  world: ['mundo', 'monde', 'Welt', 'mondo', 'mundo'],
  friend: ['amigo', 'ami', 'Freund', 'amico', 'amigo'],
  yes: ['sí', 'oui', 'ja', 'sì', 'sim'],
  no: ['no', 'non', 'nein', 'no', 'não'],
};

const anyPhrase = new RegExp(`\\b(${Object.keys(phrases).join('|')})\\b`, 'gi');

/**
 * Translates a few English phrases, so that something works without a network. Its answers say that it is
 * only a phrase book.
 */
export function phraseBook(): Translator {
  return {
    async translate(text, to) {
      const [code = ''] = to.toLowerCase().split('-');
      const index = languages.indexOf(code);
      if (index < 0) return 'unsupported';
      const translated = text.replace(anyPhrase, (phrase) => {
        const found = phrases[phrase.toLowerCase()]?.[index] ?? phrase;
        return /^[A-Z]/.test(phrase) ? found.charAt(0).toUpperCase() + found.slice(1) : found;
      });
      return {
        text: translated,
        from: 'en',
        by: 'the built-in phrase book',
        note: 'For work without a network: it knows a few English phrases and leaves all other words as they are.',
      };
    },
  };
}

"""Refusals of files. Every sentence names what the person can do instead."""

from __future__ import annotations

from engine.errors import FileRefused


class EmptyFile(FileRefused):
    """Tiedosto on tyhjä. Tarkista, että se avautuu omalla laitteellasi."""


class FileTooLarge(FileRefused):
    """Tiedosto on yli 10 megatavua. Lähetä pienempi kuva tai jaa asiakirja osiin."""


class FileNameRefused(FileRefused):
    """Tiedoston nimessä on merkkejä, joita emme ota vastaan. Anna tiedostolle lyhyt nimi, esimerkiksi kuva.jpg."""


class KindNotTaken(FileRefused):
    """Tällaista tiedostoa emme ota vastaan. Voit lähettää PDF-, JPEG-, PNG- ja HEIC-tiedostoja."""


class ContentNotAsNamed(FileRefused):
    """Tiedoston sisältö ei vastaa sen nimen päätettä. Tallenna tiedosto uudelleen PDF-, JPEG- tai PNG-muotoon."""


class FileBroken(FileRefused):
    """Tiedosto on vioittunut tai kesken. Tarkista, että se avautuu, tai ota siitä uusi kuva."""


class FileInFile(FileRefused):
    """Tiedoston sisässä on toinen tiedosto. Tallenna sisältö uudelleen tavalliseksi kuvaksi tai PDF-tiedostoksi."""


class TooManyPixels(FileRefused):
    """Kuva on liian suuri: siinä saa olla enintään 64 miljoonaa kuvapistettä. Pienennä kuvaa."""


class TooManyPages(FileRefused):
    """Asiakirjassa on yli 300 sivua. Jaa se osiin."""


class FileLocked(FileRefused):
    """PDF on suojattu. Tallenna se ilman salasanaa ja suojausta ja lisää se uudelleen."""


class FileActs(FileRefused):
    """PDF:ssä on toimintoja, jotka käynnistyvät avattaessa. Tulosta se uudeksi PDF-tiedostoksi ja lisää se uudelleen."""


class FileTooHeavy(FileRefused):
    """Tiedoston tutkiminen vei liian kauan tai liikaa muistia. Tallenna se pienempänä ja lisää se uudelleen."""


class FileInfected(FileRefused):
    """Virustarkistus löysi tiedostosta haittaohjelman. Tiedostoa ei tallennettu."""

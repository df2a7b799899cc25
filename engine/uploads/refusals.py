"""Refusals of files. Every sentence names what the person can do instead."""

from __future__ import annotations

from engine.errors import FileRefused


class EmptyFile(FileRefused):
    sentence = "Tiedosto on tyhjä. Tarkista, että se avautuu omalla laitteellasi."


class FileTooLarge(FileRefused):
    sentence = "Tiedosto on yli 10 megatavua. Lähetä pienempi kuva tai jaa asiakirja osiin."


class FileNameRefused(FileRefused):
    sentence = "Tiedoston nimessä on merkkejä, joita emme ota vastaan. Anna tiedostolle lyhyt nimi, esimerkiksi kuva.jpg."


class KindNotTaken(FileRefused):
    sentence = "Tällaista tiedostoa emme ota vastaan. Voit lähettää PDF-, JPEG-, PNG- ja HEIC-tiedostoja."


class ContentNotAsNamed(FileRefused):
    sentence = "Tiedoston sisältö ei vastaa sen nimen päätettä. Tallenna tiedosto uudelleen PDF-, JPEG- tai PNG-muotoon."


class FileBroken(FileRefused):
    sentence = "Tiedosto on vioittunut tai kesken. Tarkista, että se avautuu, tai ota siitä uusi kuva."


class FileInFile(FileRefused):
    sentence = "Tiedoston sisässä on toinen tiedosto. Tallenna sisältö uudelleen tavalliseksi kuvaksi tai PDF-tiedostoksi."


class TooManyPixels(FileRefused):
    sentence = "Kuva on liian suuri: siinä saa olla enintään 64 miljoonaa kuvapistettä. Pienennä kuvaa."


class TooManyPages(FileRefused):
    sentence = "Asiakirjassa on yli 300 sivua. Jaa se osiin."


class FileLocked(FileRefused):
    sentence = "PDF on suojattu. Tallenna se ilman salasanaa ja suojausta ja lisää se uudelleen."


class FileActs(FileRefused):
    sentence = "PDF:ssä on toimintoja, jotka käynnistyvät avattaessa. Tulosta se uudeksi PDF-tiedostoksi ja lisää se uudelleen."


class FileTooHeavy(FileRefused):
    sentence = "Tiedoston tutkiminen vei liian kauan tai liikaa muistia. Tallenna se pienempänä ja lisää se uudelleen."


class FileInfected(FileRefused):
    sentence = "Virustarkistus löysi tiedostosta haittaohjelman. Tiedostoa ei tallennettu."


class CantOpenSafely(FileRefused):
    sentence = "PDF- ja HEIC-tiedostoja emme voi nyt avata turvallisesti. Lähetä sivut JPEG- tai PNG-kuvina."
